"""How results are shown: pages, Markdown, charts, and what others published."""
