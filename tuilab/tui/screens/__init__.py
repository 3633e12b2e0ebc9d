"""The lab's screens, one a file: library, lesson, training, help, and the question before leaving."""
