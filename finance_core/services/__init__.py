"""What people need from Penny, one module per need: all that the other rooms call."""
