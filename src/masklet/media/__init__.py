"""Where pictures come from and go to: files, folders, arrays, addresses and cameras."""
