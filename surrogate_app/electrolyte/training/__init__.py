"""Training of the electrolyte networks; TensorFlow is imported only while one is trained."""
