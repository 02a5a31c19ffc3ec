"""Videos give the same frames in whatever order they are read, numbered as they are shown."""

import os
import random
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numbered_videos import HEIGHT, WIDTH, Recipe, numbers_of, write_video

from masklet.errors import MediaError
from masklet.media.frame_index import index_frames
from masklet.media.video_file import VideoFile

CONTAINERS = {
    "b-frames.mp4": Recipe(),
    "open-groups.mp4": Recipe(options={"x264-params": "open-gop=1:bframes=3"}),
    "long-group.mp4": Recipe(count=60, options={"g": "250"}),
    "fragmented.mp4": Recipe(muxer={"movflags": "frag_keyframe+empty_moov"}),
    "b-frames.mkv": Recipe(),
    "b-frames.ts": Recipe(),
    "vp9.webm": Recipe(codec="libvpx-vp9", options={"deadline": "realtime", "cpu-used": "8"}),
    "no-times.h264": Recipe(),
    "decode-order-times.avi": Recipe(),
    "mpeg4.avi": Recipe(codec="mpeg4", options={"bf": "2", "b": "4M"}),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_any_order_gives_the_frames_shown(tmp_path: Path, name: str) -> None:
    recipe = CONTAINERS[name]
    path = write_video(tmp_path / name, recipe)
    count = recipe.count
    with VideoFile(path) as video, VideoFile(path, cache_bytes=1) as uncached:
        assert len(video) == count
        assert video.size == (HEIGHT, WIDTH)
        forward = [video[index] for index in range(count)]
        assert numbers_of(forward) == list(range(count))
        backward = [uncached[index] for index in reversed(range(count))]
        np.testing.assert_array_equal(backward[::-1], forward)
        order = random.Random(7).sample(range(count), 12)
        np.testing.assert_array_equal(
            [uncached[index] for index in order], [forward[index] for index in order]
        )


@pytest.mark.parametrize("name", CONTAINERS)
def test_an_index_made_before_serves_as_well(tmp_path: Path, name: str) -> None:
    path = write_video(tmp_path / name, CONTAINERS[name])
    index = index_frames(path)
    with VideoFile(path) as video, VideoFile(path, index=index) as again:
        assert len(again) == len(video)
        for number in (17, 3, len(video) - 1):
            np.testing.assert_array_equal(again[number], video[number])


def test_key_pictures_are_at_or_before_their_frame(tmp_path: Path) -> None:
    """One every twelve frames; where a file says nothing, the first frame is the only one."""
    regular = Recipe(options={"sc_threshold": "0"})
    with VideoFile(write_video(tmp_path / "a.mp4", regular)) as video:
        assert [video.key_before(number) for number in (0, 11, 12, 23, 29)] == [0, 0, 12, 12, 24]
        with pytest.raises(IndexError):
            video.key_before(30)
        assert not video.at_hand(20)
        assert numbers_of([video[20]]) == [20]
        assert video.at_hand(20)
    with VideoFile(write_video(tmp_path / "a.h264", Recipe())) as raw:
        assert raw.key_before(29) == 0


def test_variable_rate_keeps_each_frame_and_its_time(tmp_path: Path) -> None:
    times = [0, 7, 400, 410, 420, 1900, 1933, 2500, 2501, 2502, 3000, 9000, 9040]
    path = write_video(tmp_path / "vfr.mp4", Recipe(count=len(times), times=times))
    with VideoFile(path) as video:
        assert numbers_of(video[index] for index in range(len(video))) == list(range(len(times)))
        seconds = [video.time(index) for index in range(len(video))]
        np.testing.assert_allclose(seconds, np.array(times) / 1000, atol=0.001)
        assert list(video.times) == seconds


def test_negative_and_late_times_start_at_zero(tmp_path: Path) -> None:
    """An edit list shifts the first frames before zero; a stream may begin at any time."""
    for name, first in (("early.mkv", -80), ("late.ts", 50_000)):
        times = [first + 40 * number for number in range(20)]
        path = write_video(tmp_path / name, Recipe(count=20, times=times))
        with VideoFile(path) as video:
            assert numbers_of(video[index] for index in range(len(video))) == list(range(20))
            assert video.time(0) == 0
            assert video.time(19) == pytest.approx(0.76, abs=0.002)


def test_frames_cut_off_by_an_edit_list_are_not_counted(tmp_path: Path) -> None:
    """Players skip what comes before the start of the edit list, and so do the numbers."""
    whole = write_video(tmp_path / "whole.mp4", Recipe(options={"bf": "0"}))
    path = tmp_path / "trimmed.mp4"
    data = bytearray(whole.read_bytes())
    edit = data.index(b"elst") + 4
    media_time = slice(edit + 12, edit + 16)
    with av.open(whole) as container:
        base = container.streams.video[0].time_base
    assert base is not None
    data[media_time] = int(0.2 / base).to_bytes(4, "big")
    path.write_bytes(data)
    with VideoFile(path) as video:
        assert numbers_of(video[index] for index in range(len(video))) == list(range(5, 30))
        assert numbers_of([video[24], video[0]]) == [29, 5]


@pytest.mark.parametrize(
    ("rotation", "mirrored", "red_corner"),
    [
        (0, False, (0, 0)),
        (90, False, (-1, 0)),
        (180, False, (-1, -1)),
        (-90, False, (0, -1)),
        (0, True, (0, -1)),
        (90, True, (-1, -1)),
    ],
)
def test_frames_come_out_upright(
    tmp_path: Path, rotation: int, mirrored: bool, red_corner: tuple[int, int]
) -> None:
    recipe = Recipe(count=3, rotation=rotation, mirrored=mirrored)
    path = write_video(tmp_path / "turned.mp4", recipe)
    with VideoFile(path) as video:
        assert video.size == ((WIDTH, HEIGHT) if rotation % 180 else (HEIGHT, WIDTH))
        for index in (2, 0, 1):
            picture = video[index]
            assert picture.shape[:2] == video.size
            assert picture.flags.c_contiguous
            corners = {(y, x): picture[y, x] for y in (0, -1) for x in (0, -1)}
            red = [place for place, (r, g, _) in corners.items() if int(r) - int(g) > 100]
            assert red == [red_corner]


def test_a_truncated_file_gives_what_is_before_the_cut(tmp_path: Path) -> None:
    recipe = Recipe(count=60, muxer={"movflags": "faststart"}, options={"bf": "3"})
    whole = write_video(tmp_path / "whole.mp4", recipe)
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * 0.8)])
    with VideoFile(path) as video:
        assert len(video) == 60
        good = []
        with pytest.raises(MediaError, match=rf"frame \d+ of {path} ") as raised:
            good.extend(video[index] for index in range(60))
        assert len(good) > 20
        assert numbers_of(good) == list(range(len(good)))
        assert f"frame {len(good)} " in str(raised.value)
        with pytest.raises(MediaError, match=r"frame 59 .* is missing: the file is cut short"):
            video[59]
        assert numbers_of([video[3]]) == [3]


@pytest.mark.parametrize("part", [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.85, 0.9, 0.95])
def test_every_frame_held_before_a_cut_comes_out(tmp_path: Path, part: float) -> None:
    """On as many threads as there are cores: decoders hold frames back for each."""
    recipe = Recipe(count=60, muxer={"movflags": "faststart"}, options={"bf": "3"})
    whole = write_video(tmp_path / "whole.mp4", recipe)
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * part)])
    with VideoFile(path) as video:
        good = []
        with pytest.raises(MediaError, match="is missing: the file is cut short"):
            good.extend(video[index] for index in range(60))
        assert numbers_of(good) == list(range(len(good)))
        assert len(good) > 10


def test_damage_in_the_middle_shifts_no_number(tmp_path: Path) -> None:
    """Packets that no decoder can make sense of lose their own frames and no others."""
    whole = write_video(tmp_path / "whole.mkv", Recipe(options={"bf": "0"}))
    path = tmp_path / "damaged.mkv"
    data = bytearray(whole.read_bytes())
    with av.open(whole) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    for packet in packets[15:18]:
        start = data.index(packet)
        data[start : start + len(packet)] = b"\x00" * len(packet)
    path.write_bytes(data)
    lost = []
    with VideoFile(path) as video:
        assert len(video) == 30
        with pytest.raises(MediaError, match=f"frame 15 of {path} is damaged"):
            video[15]
        for index in range(30):
            try:
                picture = video[index]
            except MediaError:
                lost.append(index)
                continue
            if index not in range(15, 24):
                assert numbers_of([picture]) == [index]
    assert set(lost) <= set(range(15, 24))
    assert {15, 16, 17} <= set(lost)


def test_hidden_reference_pictures_have_no_number(tmp_path: Path) -> None:
    """VP8 keeps pictures that it never shows in packets of their own."""
    whole = write_video(tmp_path / "whole.webm", Recipe(codec="libvpx", options={"g": "60"}))
    path = tmp_path / "hidden.webm"
    with av.open(whole) as source, av.open(path, "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for number, packet in enumerate(source.demux(video=0)):
            if packet.size:
                content = bytearray(bytes(packet))
                if number == 10:
                    content[0] &= ~0x10
                hidden = av.Packet(bytes(content))
                hidden.pts, hidden.dts, hidden.time_base = packet.pts, packet.dts, Fraction(1, 1000)
                hidden.is_keyframe = packet.is_keyframe
                hidden.stream = stream
                target.mux(hidden)
    with VideoFile(path) as video:
        assert len(video) == 29
        shown = [*range(10), *range(11, 30)]
        assert numbers_of(video[index] for index in range(29)) == shown


def test_a_changed_size_is_refused_by_number(tmp_path: Path) -> None:
    small = write_video(tmp_path / "small.ts", Recipe(count=5))
    large = tmp_path / "large.ts"
    with av.open(large, "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.height, stream.width, stream.pix_fmt = 96, 128, "yuv420p"
        for number in range(5):
            frame = av.VideoFrame.from_ndarray(np.zeros((96, 128, 3), np.uint8), format="rgb24")
            frame.pts, frame.time_base = 100 + number, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    path = tmp_path / "both.ts"
    path.write_bytes(small.read_bytes() + large.read_bytes())
    with VideoFile(path) as video:
        assert numbers_of([video[4]]) == [4]
        with pytest.raises(MediaError, match=r"frame 5 of .* is 128x96, the first one 64x48"):
            video[5]


def test_reading_backwards_decodes_a_group_a_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One group of 120 pictures and room for 30 of them: 4 passes, not 120."""
    path = write_video(tmp_path / "long.mp4", Recipe(count=120, options={"g": "250"}))
    restarts = []
    restart = VideoFile._restart
    monkeypatch.setattr(
        VideoFile, "_restart", lambda self, key: (restarts.append(key), restart(self, key))
    )
    with VideoFile(path) as video:
        bytes_a_frame = video._cached_bytes // len(video._cache)
    with VideoFile(path, cache_bytes=30 * bytes_a_frame) as video:
        assert numbers_of(video[i] for i in reversed(range(120)))[-1] == 0
        assert len(restarts) <= 4
        assert video._cached_bytes <= 30 * bytes_a_frame
        restarts.clear()
        assert [video[i].shape for i in range(120)] == [(HEIGHT, WIDTH, 3)] * 120
        assert len(restarts) <= 1


def test_what_is_no_video_is_said_in_one_line(tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_text("hello\n" * 100)
    empty = tmp_path / "empty.mp4"
    empty.touch()
    headless = tmp_path / "headless.mp4"
    whole = write_video(tmp_path / "whole.mp4", Recipe(count=3))
    headless.write_bytes(whole.read_bytes()[:1500])
    picture = tmp_path / "picture.mp4"
    with av.open(picture, "w", format="image2", options={"update": "1"}) as container:
        stream = container.add_stream("png", rate=1)
        stream.height, stream.width, stream.pix_fmt = 8, 8, "rgb24"
        frame = av.VideoFrame.from_ndarray(np.zeros((8, 8, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    sound = tmp_path / "sound.wav"
    with av.open(sound, "w") as container:
        audio = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        silence.sample_rate = 8000
        container.mux(audio.encode(silence))
        container.mux(audio.encode())
    cases = {
        text: "is not a video that can be read",
        empty: "is an empty file",
        headless: "is not a video that can be read|holds no video",
        picture: "is a single picture; use `masklet segment`",
        sound: "holds no video",
        tmp_path: "is a folder",
        tmp_path / "absent.mp4": "does not exist",
        "rtsp://camera.example/1": "live stream without an end; use `masklet stream`",
        "http://127.0.0.1:9/a.mp4": "is not a video that can be read",
    }
    for source, message in cases.items():
        with pytest.raises(MediaError, match=message) as raised:
            VideoFile(source)
        assert str(source) in str(raised.value)
        assert "\n" not in str(raised.value)


def test_frames_outside_and_closed_videos(tmp_path: Path) -> None:
    video = VideoFile(write_video(tmp_path / "a.mp4", Recipe(count=3)))
    for index in (-1, 3):
        with pytest.raises(IndexError, match="wanted 0 to 2"):
            video[index]
    video.close()
    with pytest.raises(MediaError, match="closed"):
        video[0]


def test_a_colon_in_a_name_is_no_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    whole = write_video(tmp_path / "a.mp4", Recipe(count=3))
    os.replace(whole, tmp_path / "take:2 %03d.mp4")  # noqa: PTH105 - as a shell would
    with VideoFile("take:2 %03d.mp4") as video:
        assert len(video) == 3


def test_real_clips(shared: Path) -> None:
    for path in sorted((shared / "clips").glob("*.mp4")):
        with av.open(path) as container:
            shown = container.streams.video[0].frames
        with VideoFile(path) as video:
            assert len(video) == shown
            last = video[shown - 1]
            assert last.shape == (*video.size, 3)
            assert last.std() > 10
