"""What `protocolkit doctor` sees and says."""
