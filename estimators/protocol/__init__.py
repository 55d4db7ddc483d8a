"""Protocols: what a message takes as gRPC and as REST, on the wire and to keep up with."""
