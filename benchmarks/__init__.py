"""Speed as ratios: every figure is measured against a peer or a floor in the same rounds."""
