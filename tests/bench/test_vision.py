from appliance.bench.vision import measure_vision
from appliance.model.runtime import runtime_name
from appliance.vision import faces


def test_every_backend_is_measured_at_both_sizes():
    found = measure_vision(rounds=8)
    assert found["model"].startswith("moodbox")
    assert found["runtime"] == runtime_name()
    assert len(found["backends"]) == len(faces.available())
    for sizes in found["backends"].values():
        assert set(sizes) == {"640x480", "1280x720"}
        for tasks in sizes.values():
            assert set(tasks) == {"detect", "classify", "look"}
            assert all(0 < task["median"] <= task["p95"] for task in tasks.values())
            assert tasks["look"]["times_detect"] > 1
