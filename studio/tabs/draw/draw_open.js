// A recipe of another tab on the sheet: its drawings become layers, and the form says the rest of it.
async function openRecipe({ setting, way, layers: told_, reference, told: liked }) {
  state.setting = { ...state.setting, ...setting };
  state.way = way;
  negative.put(setting.negative_prompt);
  seeds.put(setting.seeds);
  for (const [field, key] of [[w, "w"], [steps, "steps"]]) field.put(setting[key]);
  branches.choose(setting.branches);
  ways.choose(way);
  worlds.querySelector(".chips")?.choose(setting.world);
  two.put(setting.w_condition !== null);
  wCondition.hidden = setting.w_condition === null;
  wCondition.put(setting.w_condition ?? 1);
  if (reference) strengths.reference.put(liked);
  useReference(reference, true);
  await begin({ name: "", prompt: setting.prompt, layers: told_ });
  availability();
}
