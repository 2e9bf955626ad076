"""Scripts and styles in one file each."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.web.assets import assets
from appliance.web.bundle import BundleError, bundle_scripts, bundle_styles
from appliance.words.languages import LANGUAGES, Language

MODULES = {
    "main.js": 'import { add, THREE as three } from "./sums.js";\nimport * as sums from "./sums.js";\n'
    'import {\n  word,\n} from "./words.js";\n/** Says it. */\nexport const said = word(add(1, three), sums.THREE);\n'
    "console.log(JSON.stringify(said));\n",
    "sums.js": "/** A comment. */\nexport const THREE = 3;\nexport function add(a, b) {\n  // and another\n"
    "  return a + b;\n}\n",
    "words.js": 'export { THREE } from "./sums.js";\nexport class Word {}\nexport async function later() {}\n'
    "export const word = (...parts) => `// ${parts}`;\n",
}


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_a_bundle_does_what_its_modules_do(tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.mjs"
    bundle.write_text(bundle_scripts("main.js", MODULES.__getitem__))
    done = subprocess.run(["node", bundle], capture_output=True, text=True, check=True, timeout=20)
    assert json.loads(done.stdout) == "// 4,3"


def test_each_module_comes_once_and_after_those_that_it_needs() -> None:
    text = bundle_scripts("main.js", MODULES.__getitem__)
    assert text.index("const _sums =") < text.index("const _words =") < text.index("const _main =")
    assert text.count("const _sums =") == 1
    assert "comment" not in text


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_a_module_that_comes_later_shares_those_that_are_there(tmp_path: Path) -> None:
    modules = {
        "main.js": 'import { count } from "./counter.js";\ncount();\n'
        'const late = import("./late.js");\nlate.then((found) => console.log(JSON.stringify(found.twice())));\n',
        "counter.js": "let at = 0;\nexport function count() {\n  return ++at;\n}\n",
        "late.js": 'import { count } from "./counter.js";\nimport { two } from "./two.js";\n'
        "export const twice = () => two * count();\n",
        "two.js": "export const two = 2;\n",
    }
    bundle, files = tmp_path / "bundle.mjs", dict[str, str]()

    def keep(name: str, text: str) -> str:
        files[name] = text
        (tmp_path / f"kept-{name}").with_suffix(".mjs").write_text(text)
        return f"./kept-{name.removesuffix('.js')}.mjs"

    bundle.write_text(bundle_scripts("main.js", modules.__getitem__, keep))
    done = subprocess.run(["node", bundle], capture_output=True, text=True, check=True, timeout=20)
    assert json.loads(done.stdout) == 4
    assert list(files) == ["late.js"]
    assert "const _two =" in files["late.js"]
    assert "const _counter =" not in files["late.js"]
    assert "_two" not in bundle.read_text()


def test_modules_in_a_circle_are_refused_by_their_names() -> None:
    circle = {"a.js": 'import { b } from "./b.js";\n', "b.js": 'import { a } from "./a.js";\n'}
    with pytest.raises(BundleError, match=r"a\.js > b\.js > a\.js"):
        bundle_scripts("a.js", circle.__getitem__)


@pytest.mark.parametrize("line", ["export default 1;", 'import a from "./b.js";', "export let a = 1;"])
def test_imports_and_exports_of_other_forms_are_refused(line: str) -> None:
    with pytest.raises(BundleError, match=r"a\.js: "):
        bundle_scripts("a.js", {"a.js": f"{line}\n"}.__getitem__)


def test_styles_lose_their_comments_alone() -> None:
    assert bundle_styles(["/* why */\na {\n  b: c;\n}\n", "d {\n}\n"]) == "a {\n  b: c;\n}\nd {\n}\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_takes_few_requests_and_few_bytes(language: Language) -> None:
    page = assets().page("index.html", language)
    names = assets().named_in(page)
    found = [found for name in names if (found := assets().find(name))]
    at_once = [asset for asset, _ in found if not asset.name.endswith(".png")]  # an icon is taken when it is installed
    assert len(at_once) + 2 <= 12, "with the page and its stream"
    assert sum(len(asset.packed or asset.body) for asset in at_once) + len(page) / 3 < 60_000


def test_a_section_that_is_opened_later_is_kept_for_ever_too() -> None:
    page = assets().page("index.html")
    scripts = [assets().find(name) for name in assets().named_in(page) if name.endswith(".js")]
    script = "".join(found[0].body.decode() for found in scripts if found)
    late = set(re.findall(r"/static/((?:box|map|lists)-[0-9a-f]{12}\.(?:js|css))", script))
    assert len(late) == 6
    assert not late & assets().named_in(page)
    for name in late:
        found = assets().find(name)
        assert found
        assert found[1]


def test_all_that_a_page_names_is_kept_for_ever_but_icons_that_its_manifest_names() -> None:
    for door in ("index.html", "sign-in.html", "welcome.html"):
        for name in assets().named_in(assets().page(door)):
            found = assets().find(name)
            assert found, name
            assert found[1] or name.startswith("icon"), name
