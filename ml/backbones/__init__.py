"""Backbones of any make: known by name, fetched or added, read from ONNX or safetensors, run by the engine at hand."""
