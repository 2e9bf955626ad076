"""The model that reads the faces, exchanged between two looks without missing one."""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from appliance.domain.looks import Face
from appliance.domain.samples import FaceSample, FaceView, HeadReport
from appliance.model.errors import ModelError
from appliance.vision.expression import ExpressionReader
from appliance.vision.frame import Frame
from appliance.vision.geometry import Detection

log = logging.getLogger(__name__)

TIMED = 10
"""Looks with a face after which a new model's speed is judged, by their median."""


class ModelSlot:
    """Reads faces with one model and takes another one's place when told to; a model that fails gives way again.

    While a new model is young the one before is kept loaded, so that going back takes no time either.
    """

    def __init__(
        self, first: Path, fallback: Path, limit: float, load: Callable[[Path], ExpressionReader] = ExpressionReader
    ) -> None:
        """`limit` is in milliseconds a face. Raises ModelError if neither `first` nor `fallback` can be used."""
        self._fallback, self._limit, self._load = fallback, limit, load
        self._file = first
        self._before: tuple[Path, ExpressionReader] | None = None
        self._taken: list[float] = []
        self._changed = False
        self._samples: Sequence[FaceSample] = ()
        self._learnt_by: ExpressionReader | None = None
        self._report: HeadReport | None = None
        self.refused = ""
        """The bundle file that was to be used and could not be; nothing if there is none."""
        self.refusal = ""
        """Why not."""
        try:
            self._reader = load(first)
        except ModelError as error:
            if first == fallback:
                raise
            self._reader, self._file = load(fallback), fallback
            self._refuse(first, str(error))

    @property
    def name(self) -> str:
        """Name and version of the model in use."""
        return self._reader.name

    @property
    def sha256(self) -> str:
        """Of its bundle file, in hex."""
        return self._reader.sha256

    def follow(self, wanted: str) -> bool:
        """Use the bundle file `wanted`, unless it is in use or was refused. True if the report has changed."""
        if wanted and Path(wanted) == self._file:
            self._forgive()
        elif wanted and wanted != self.refused:
            self._exchange(Path(wanted))
        changed, self._changed = self._changed, False
        return changed

    @property
    def gives_features(self) -> bool:
        """Whether the model in use can learn a household's faces."""
        return self._reader.gives_features

    @property
    def head(self) -> HeadReport | None:
        """What became of the samples that were given; None without any."""
        return self._report

    def learn(self, samples: Sequence[FaceSample]) -> bool:
        """Read with what these samples teach, unless they were learnt already. True if the report has changed."""
        if samples == self._samples and self._learnt_by is self._reader:
            return False
        before = self._report
        self._samples, self._learnt_by, self._report = samples, self._reader, None
        self._reader.forget()
        if samples:
            try:
                self._report = self._reader.learn(samples)
            except (ModelError, ValueError, ArithmeticError) as error:  # numpy's LinAlgError is a ValueError
                log.warning("the household's faces cannot be learnt: %s", error)
                self._report = HeadReport(0, used=False, why=f"it cannot be made: {error}")
        return self._report != before

    def views(self, frame: Frame, detection: Detection) -> tuple[FaceView, FaceView] | None:
        """A face in numbers, for a sample; None if that cannot be."""
        try:
            return self._reader.views(frame, detection)
        except ModelError:  # the same model fails in `read`, and gives way there
            return None

    def read(self, frame: Frame, detections: Sequence[Detection], mirrored: Sequence[bool] = ()) -> tuple[Face, ...]:
        """The faces with their readings. Raises ModelError only if the model that ships with Moodbox fails, too."""
        began = time.perf_counter()
        try:
            faces = self._reader.read(frame, detections, mirrored)
        except ModelError as error:
            self._go_back(error)
            return self.read(frame, detections, mirrored)
        if faces and self._before:
            self._time((time.perf_counter() - began) * 1000 / len(faces))
        return faces

    def _exchange(self, file: Path) -> None:
        try:
            reader = self._load(file)
        except ModelError as error:
            self._refuse(file, str(error))
            return
        self._before = self._file, self._reader
        self._file, self._reader = file, reader
        self._taken.clear()
        self.refused = self.refusal = ""
        self._changed = True

    def _forgive(self) -> None:
        """The model in use is wanted, by the owner or after a trial: a refused one may be tried again later."""
        if self.refused:
            self.refused = self.refusal = ""
            self._changed = True

    def _time(self, milliseconds: float) -> None:
        """Judge the speed of a young model; one that is quick enough needs the one before no longer."""
        self._taken.append(milliseconds)
        if len(self._taken) < TIMED:
            return
        if (median := statistics.median(self._taken)) > self._limit:
            self._go_back(ModelError(f"a face takes {median:.1f} ms, at most {self._limit:g} ms are allowed"))
        self._before = None

    def _go_back(self, error: ModelError) -> None:
        if self._before is None and self._file == self._fallback:
            raise error
        failed = self._file
        self._file, self._reader = self._before or (self._fallback, self._load(self._fallback))
        self._before = None
        self._refuse(failed, str(error))

    def _refuse(self, file: Path, why: str) -> None:
        log.warning("the model %s cannot be used: %s; %s is used", file, why, self._reader.name)
        self.refused, self.refusal = str(file), why
        self._changed = True
