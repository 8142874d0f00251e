"""Training of the liquid models; TensorFlow is imported only where a network is trained."""
