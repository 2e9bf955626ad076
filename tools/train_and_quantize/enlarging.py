"""A layer that enlarges pictures inside the network, for trunks that were made for larger ones."""

from __future__ import annotations

from typing import Any

import keras


@keras.saving.register_keras_serializable("moodbox")
class Enlarge(keras.layers.Layer):
    """Bilinear, by a whole factor; maps of any size, in Keras' current image data format."""

    def __init__(self, factor: int, **options: Any) -> None:
        super().__init__(**options)
        self.factor = factor

    def call(self, inputs: Any) -> Any:
        """The enlarged maps."""
        first = 2 if keras.config.image_data_format() == "channels_first" else 1
        height, width = keras.ops.shape(inputs)[first : first + 2]
        return keras.ops.image.resize(inputs, (height * self.factor, width * self.factor))

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Known where the input's is."""
        sides = range(2, 4) if keras.config.image_data_format() == "channels_first" else range(1, 3)
        return tuple(
            size * self.factor if axis in sides and size is not None else size for axis, size in enumerate(input_shape)
        )

    def get_config(self) -> dict[str, Any]:
        """What Keras needs to make the layer again."""
        return {**super().get_config(), "factor": self.factor}
