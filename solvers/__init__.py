"""The vehicle-routing problem: model, checker and engines. Knows nothing of maps or business."""
