"""What a driver's file is, and whether we take it. Any bytes either succeed here or raise `Refused`."""
