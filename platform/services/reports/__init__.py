"""Reports: figures over what the reader may see, and the records behind them."""
