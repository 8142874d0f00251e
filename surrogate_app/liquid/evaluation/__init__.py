"""Accuracy and speed of the pretrained models on simulations that no training has seen."""
