"""Training of the liquid models; TensorFlow is imported only while a network is trained."""
