"""The commands of `detente`, grouped by what they work on."""
