"""What pictures are worth: measures on features, and the CLIPs that judge them."""
