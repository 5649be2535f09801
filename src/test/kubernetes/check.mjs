// node check.mjs FOLDER...: checks each object of those folders, rendered by kubectl, against its type.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { parse } from "yaml";

const folders = process.argv.slice(2);
const objects = folders.flatMap((folder) => {
    const files = readdirSync(folder).map((file) => `${folder}/${file}`);
    return files.map((file) => ({ file, folder, object: parse(readFileSync(file, "utf8")) }));
});
const mistakes = [];

// Required fields, types and formats, by the JSON schemas of Kubernetes.
for (const { file, object } of objects) {
    const models = await import(`kubernetes-models/${object.apiVersion}`);
    try {
        new models[object.kind](object).validate();
    } catch (e) {
        mistakes.push(`${file}: ${e.message}`);
    }
}

// Fields that the type does not have, which those schemas let pass and a compiler of literals does not.
const literal = ({ file, object }, i) =>
    `// ${file}\nexport const object${i}: import("kubernetes-models/${object.apiVersion}").I${object.kind} = ${JSON.stringify(object, null, 2)};\n`;
writeFileSync("objects.ts", objects.map(literal).join("\n"));
const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022", "--pretty", "false"];
try {
    execFileSync("node_modules/.bin/tsc", [...options, "objects.ts"], { encoding: "utf8" });
} catch (e) {
    mistakes.push(e.stdout);
}

// What selects pods selects these: without a selector a NetworkPolicy means all pods of the namespace, and a PodDisruptionBudget none.
const pods = (folder) => objects.find((o) => o.folder === folder && o.object.spec?.template).object.spec.template.metadata.labels;
const selectors = {
    Service: (spec) => spec.selector,
    PodDisruptionBudget: (spec) => spec.selector?.matchLabels,
    NetworkPolicy: (spec) => spec.podSelector.matchLabels,
};
for (const { file, folder, object } of objects.filter((o) => o.object.kind in selectors)) {
    const wanted = Object.entries(selectors[object.kind](object.spec) ?? {});
    if (wanted.length === 0 || wanted.some(([name, value]) => pods(folder)[name] !== value)) {
        mistakes.push(`${file}: does not select the pods of the gateway`);
    }
}

mistakes.forEach((mistake) => console.error(mistake));
console.log(`Kubernetes: ${objects.length} objects in ${folders.join(", ")}, ${mistakes.length} mistakes`);
process.exit(mistakes.length === 0 ? 0 : 1);
