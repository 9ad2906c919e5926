"""/ui/: the design system, live. Every token and component in its states, drawn by the templates that pages use."""
