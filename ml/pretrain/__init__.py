"""Pre-training of the embedded backbone: a dense encoder, rendered truth and self-distillation teach it."""
