"""Runs a TFLite file some times: `run_model.py RUNTIME FILE TIMES`. Only numpy and that runtime are needed."""

import importlib
import sys
from pathlib import Path

import numpy as np

runtime, file, times = sys.argv[1:]
interpreter = importlib.import_module(f"{runtime}.interpreter").Interpreter(
    model_content=Path(file).read_bytes(), num_threads=1
)
interpreter.allocate_tensors()
(wanted,) = interpreter.get_input_details()
picture = np.random.default_rng(1).integers(0, 255, wanted["shape"]).astype(wanted["dtype"])
for _ in range(int(times)):
    interpreter.set_tensor(wanted["index"], picture)
    interpreter.invoke()
