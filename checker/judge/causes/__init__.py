"""Why an answer falls short: a closed table, and how each cause shows in a record."""
