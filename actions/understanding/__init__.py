"""From a person's words to exact values: amounts, days, periods, names they use."""
