"""The routes: what can be asked over HTTP and the WebSocket, each in a few lines."""
