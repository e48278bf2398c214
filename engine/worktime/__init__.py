"""The worktime room: limits, the working calendar and due moments. Knows no task and no present moment."""
