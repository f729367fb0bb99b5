"""The pieces of ``plan.html``: data, Bokeh figures, template, styles and the page's script."""
