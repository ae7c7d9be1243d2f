"""Pre-training of the embedded backbone: self-distillation with dense supervision from truth where there is any."""
