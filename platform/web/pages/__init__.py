"""The pages by area: each module is one blueprint of thin views (read, call one service, draw)."""
