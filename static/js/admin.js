// The administration: what the package's typeahead leaves unsaid. The box that stands for a choice gets its name.

function nameTypeaheads(root) {
  root.querySelectorAll("select.admin-autocomplete").forEach((select) => {
    const box = select.nextElementSibling?.querySelector(".select2-selection");
    if (!box) return;
    const label = select.labels?.[0]?.textContent.replace(/[:：\s]+$/, "").trim() || select.getAttribute("aria-label");
    if (!label) return;
    for (const part of [box, box.querySelector("[role=textbox]")]) {
      part?.removeAttribute("aria-labelledby");
      part?.setAttribute("aria-label", label);
    }
  });
}

// In the package's own queue, behind what makes the typeaheads.
const ready = window.django?.jQuery || ((then) => addEventListener("load", then));
ready(() => nameTypeaheads(document));
document.addEventListener("formset:added", (event) => setTimeout(() => nameTypeaheads(event.target)));
