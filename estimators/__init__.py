"""What follows from the models: the formula engine, and the estimators that formulas call."""
