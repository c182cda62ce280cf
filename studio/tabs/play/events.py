"""Ties the Play tab to its handlers; computes nothing."""

from __future__ import annotations

from functools import partial
from typing import Any

import gradio as gr

from ...page.events import HEAVY, LIGHT, Job, content_of, leaves, skipped, speaking
from ...page.forms import SHARED, gathered, gathered_setting
from ...recipe import Recipe
from ...recipe.snippet import snippet
from ...recipe.vocabulary import words_of
from ..history.events import PlayTies
from . import components as play
from .handlers import Play
from .page import Controls, Screen
from .rules import sampler_updates, setting_updates
from .shared import category_choices, style_choices, upsample_state

WRITE_QUERY = """(query) => {
  const old = new URLSearchParams(location.search), fresh = new URLSearchParams(query);
  for (const [name, value] of old) if (name.startsWith("__")) fresh.set(name, value);
  history.replaceState(null, "", fresh.size ? "?" + fresh : location.pathname);
}"""
COPY_LINK = """async () => {
  const button = document.querySelector("#copy_link"), before = button.textContent;
  try { await navigator.clipboard.writeText(location.href); } catch { prompt("", location.href); return; }
  button.textContent = "✓";
  setTimeout(() => { button.textContent = before; }, 1500);
}"""
COPY_CODE = """(text) => { window.studio.copy(text, document.querySelector("#python")); }"""
SAVE_JSON = """(text) => { window.studio.save(text, "guidance-recipe.json"); }"""


def connect(demo: gr.Blocks, tab: play.PlayTab, handlers: Play, clicks: gr.Number) -> PlayTies:
    screen = [tab.table, tab.mark, tab.told, tab.status, tab.notes, tab.generate, tab.cancel]
    form, setting = tab.shared, tab.setting
    chosen = tab.chosen
    controls = [*form, tab.sampler_about, tab.examples, *chosen]
    n = len(form)

    def held(values: Controls) -> list:
        """What `controls` hold; menus and examples are those of the world."""
        words = words_of(values.shared["world"])
        shared = values.shared
        menus = dict(style=style_choices(words), category=category_choices(words))
        fields = {name: shared[name] for name in SHARED[:-1]}
        fields |= {name: gr.Dropdown(choices=menu, value=shared[name]) for name, menu in menus.items()}
        fields["upsample"] = gr.Checkbox(shared["upsample"], **upsample_state(shared["world"]))
        sampling = sampler_updates(shared["sampler"], shared["sampler_options"], shared)
        fields |= zip(("eta", "variance", "route"), sampling[:3], strict=True)
        *options, about = sampling[3:]
        prompts = [[text] for text in handlers.beginning.prompts(shared["world"])]
        dataset = gr.Dataset(samples=prompts, samples_per_page=len(prompts) or 1)
        column = setting_updates(values.setting, shared["world"])
        return [*fields.values(), *options, about, dataset, *column]

    def opened(request: gr.Request):
        found = handlers.opened(request.session_hash, str(request.query_params))
        if found is None:
            return [gr.skip()] * (len(controls) + len(screen))
        fields, shown = found
        return [*held(fields), *_shown(shown)]

    def world(request: gr.Request, *values):
        *values, lock = values
        form = gathered(values)
        fields, shown = handlers.world(request.session_hash, form, form["world"], _locked(lock))
        return [*held(fields), *_shown(shown)]

    def example(request: gr.Request, index: int, *values):
        *values, lock = values
        fields, shown = handlers.example(request.session_hash, gathered(values), index, _locked(lock))
        return [*held(fields), *_shown(shown)]

    def pick(request: gr.Request, event: gr.EventData, *values):
        form = gathered(values)
        found, shown = handlers.pick(request.session_hash, form, event.column)
        return [*setting_updates(found, form["world"]), *_shown(shown)]

    def drop(request: gr.Request, event: gr.EventData, *values):
        form = gathered(values)
        found, shown = handlers.remove(request.session_hash, form, event.column)
        return [*setting_updates(found, form["world"]), *_shown(shown)]

    def remove(request: gr.Request, *values):
        form = gathered(values)
        found, shown = handlers.remove(request.session_hash, form)
        return [*setting_updates(found, form["world"]), *_shown(shown)]

    def add(request: gr.Request, *values):
        form = gathered(values)
        found, shown = handlers.add(request.session_hash, form)
        return [*setting_updates(found, form["world"]), *_shown(shown)]

    def rule(request: gr.Request, *values):
        form = gathered(values[:n])
        tick, found, shown = handlers.rule(request.session_hash, form, *gathered_setting(values[n:]))
        return [tick, *setting_updates(found, form["world"]), *_shown(shown)]

    def edit(request: gr.Request, *values):
        tick, shown = handlers.edit(request.session_hash, gathered(values[:n]), *gathered_setting(values[n:]))
        return [tick, *_shown(shown)]

    def move(request: gr.Request, *values):
        tick, shown = handlers.move(request.session_hash, gathered(values))
        return [tick, *_shown(shown)]

    def typed(request: gr.Request, *values):
        tick, shown = handlers.move(request.session_hash, gathered(values), typing=True)
        return [tick, *_shown(shown)]

    def dice(request: gr.Request, *values):
        *values, lock = values
        seeds, tick, shown = handlers.dice(request.session_hash, gathered(values), _locked(lock))
        return [seeds, tick, *_shown(shown)]

    def heed(request: gr.Request, *values):
        return handlers.heed(request.session_hash, gathered(values))

    def changed(request: gr.Request, *values):
        return _shown(handlers.changed(request.session_hash, gathered(values)))

    def forget(request: gr.Request, *values):
        tick, shown = handlers.forget(request.session_hash, gathered(values))
        return [tick, *_shown(shown)]

    def preview(request: gr.Request, *values):
        for shown in handlers.preview(request.session_hash, gathered(values)):
            yield _shown(shown)

    def begin(request: gr.Request, *values):
        *values, click = values
        query, shown = handlers.begin(request.session_hash, gathered(values), click)
        return [query or gr.skip(), *_shown(shown)]

    def no_preview(request: gr.Request, *values):
        return _shown(handlers.no_preview(request.session_hash, gathered(values)))

    def settle(request: gr.Request, *values):
        return _shown(handlers.settle(request.session_hash, gathered(values)))

    def load(request: gr.Request, content, *values):
        return filled(*handlers.load(request.session_hash, content_of(content), gathered(values)))

    def filled(fields: Controls | None, shown: Screen) -> list:
        return [*(held(fields) if fields else [gr.skip()] * len(controls)), *_shown(shown)]

    def python(request: gr.Request, *values):
        return handlers.written(request.session_hash, gathered(values), snippet)

    def recipe(request: gr.Request, *values):
        return handlers.written(request.session_hash, gathered(values), Recipe.to_json)

    demo.load(opened, None, [*controls, *screen], **LIGHT)
    leaves(demo, handlers)
    tab.world.input(world, [*form, tab.lock], [*controls, *screen], **LIGHT)
    tab.table.pick(pick, form, [*chosen, *screen], **LIGHT)
    tab.table.drop(drop, form, [*chosen, *screen], **LIGHT)
    tab.table.more(add, form, [*chosen, *screen], **LIGHT)
    tab.add.click(add, form, [*chosen, *screen], **LIGHT)
    tab.remove.click(remove, form, [*chosen, *screen], **LIGHT)
    gr.on([menu.input for menu in tab.menus], rule, [*form, *setting], [tab.tick, *chosen, *screen], **LIGHT)
    tab.sampler.input(lambda name: sampler_updates(name, {}), tab.sampler, tab.sampling, **LIGHT)
    gr.on(
        [tab.pulls.blur, *(control.input for control in setting[:-1] if control not in tab.menus)],
        edit,
        [*form, *setting],
        [tab.tick, *screen],
        trigger_mode="always_last",
        **LIGHT,
    )
    redrawn, written = [tab.steps, tab.seeds], [tab.prompt, tab.negative_prompt]
    rest = [field for field in form if field not in (tab.world, *redrawn)]
    heeded = [field.input for field in rest if field not in written] + [field.blur for field in written]
    gr.on(heeded, heed, form, tab.notes, trigger_mode="always_last", **LIGHT)
    # By a person: not what the page fills in. What is pasted is told when the field is left.
    edited = [field.input for field in rest] + [field.blur for field in written]
    gr.on(edited, changed, form, screen, trigger_mode="always_last", **LIGHT)
    moved = [tab.steps.input, tab.seeds.blur, tab.seeds.submit]
    gr.on(moved, move, form, [tab.tick, *screen], trigger_mode="always_last", **LIGHT)
    tab.seeds.input(typed, form, [tab.tick, *screen], trigger_mode="always_last", **LIGHT)
    tab.lock.dice(dice, [*form, tab.lock], [tab.seeds, tab.tick, *screen], trigger_mode="always_last", **LIGHT)
    tab.told.forget(forget, form, [tab.tick, *screen], **LIGHT)
    previewed = tab.tick.change(speaking(preview, len(screen)), form, screen, trigger_mode="always_last", **HEAVY)
    previewed.failure(no_preview, form, screen, **LIGHT)
    previewed.then(settle, form, screen, **LIGHT)
    tab.examples.click(example, [tab.examples, *form, tab.lock], [*controls, *screen], **LIGHT)
    job = Job("play", clicks, handlers, _shown, screen, [tab.generate, tab.cancel])
    started = job.starts(partial(gr.on, [tab.generate.click, tab.prompt.submit]), begin, form, [tab.query, *screen])
    started.then(settle, form, screen, **LIGHT)
    job.stops(tab.cancel)
    tab.query.change(None, tab.query, None, js=WRITE_QUERY)
    for place in (tab.load_png, tab.dropped):
        place.upload(load, [place, *form], [*controls, *screen], **LIGHT)
    for button, what, js in ((tab.python, python, COPY_CODE), (tab.json, recipe, SAVE_JSON)):
        made = button.click(what, form, [tab.made, tab.status], **LIGHT)
        made.then(None, tab.made, None, js=js)
    tab.copy_link.click(None, None, None, js=COPY_LINK)
    return PlayTies(form, [*controls, *screen], filled, tab.status)


def _shown(screen: Screen | None) -> list:
    if screen is None:
        return skipped(7)
    return [
        gr.skip() if screen.table is None else screen.table,
        screen.mark,
        screen.told,
        screen.status,
        screen.notes,
        gr.Button(interactive=not screen.running),
        gr.Button(interactive=screen.drawing),
    ]


def _locked(lock: Any) -> bool:
    return isinstance(lock, dict) and lock.get("locked") is True
