"""What things are: units, quantities, presets, scenarios, estimates. Pure values; uses no other layer."""
