"""Documents made from templates and figures: what the papers found and what this project finds."""
