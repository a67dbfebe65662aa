"""socket.io of the imitated server: who gets through the door, which namespaces there are, what is told to whom."""
