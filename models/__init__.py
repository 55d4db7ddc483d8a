"""What things are: units, quantities, presets, scenarios, estimates. Uses no other layer."""
