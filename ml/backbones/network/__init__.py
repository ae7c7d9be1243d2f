"""The published DINO architectures in torch, read from the hub's own files (config.json and model.safetensors)."""
