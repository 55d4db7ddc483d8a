"""The systems (`systems/*.toml`), and the loader that finds, reads and checks them."""
