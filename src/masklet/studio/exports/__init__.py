"""What leaves a project and what comes in: exports as jobs, imports of masks, pictures."""
