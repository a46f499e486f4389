project = "A Sphinx site"
extensions = ["myst_parser"]
html_theme = "alabaster"
exclude_patterns = ["_build"]
