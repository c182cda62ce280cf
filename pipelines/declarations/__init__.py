"""What a rule, a pull, a sampler and a condition say of themselves: their options, and how they travel as plain data."""
