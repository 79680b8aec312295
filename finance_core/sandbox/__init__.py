"""The sandbox bank: a real HTTP server that stands where a person's bank would stand."""
