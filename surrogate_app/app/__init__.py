"""The dashboard: one page a model, shown by Voila or Jupyter. Importing it loads no widgets."""
