"""The administration: the one site, what holds for every model on it, its menu, and how the platform is doing."""
