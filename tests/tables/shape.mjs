// SPDX-License-Identifier: Apache-2.0
// Compares answers with what openapi.json says of them: status, code, and every field, none missing and none more.

const formats = {
  uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  email: /^[^@\s]+@[^@\s]+$/,
};

function follow(doc, value) {
  while (value?.$ref)
    value = value.$ref.slice(2).split('/').reduce((at, key) => at?.[key.replace(/~1/g, '/').replace(/~0/g, '~')], doc);
  return value;
}

function typeOf(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (Number.isInteger(value)) return 'integer';
  return typeof value;
}

// The properties of a schema and of the schemas it is made of; null when others are welcome too.
function known(doc, schema, into = new Map()) {
  schema = follow(doc, schema);
  if (schema.additionalProperties) return null;
  for (const [name, s] of Object.entries(schema.properties ?? {})) into.set(name, s);
  for (const part of schema.allOf ?? []) if (known(doc, part, into) === null) return null;
  return into;
}

export function problems(doc, schema, value, where = '$') {
  const out = [];
  const s = follow(doc, schema);
  const type = typeOf(value);
  const types = s.type ? [s.type].flat() : null;

  if (types && !types.includes(type) && !(type === 'integer' && types.includes('number')))
    return [`${where} is ${type}, not ${types.join(' or ')}`];
  if ('const' in s && s.const !== value) out.push(`${where} is not ${JSON.stringify(s.const)}`);
  if (s.enum && !s.enum.includes(value)) out.push(`${where} is ${JSON.stringify(value)}, not one of ${JSON.stringify(s.enum)}`);
  if (type === 'string' && formats[s.format] && !formats[s.format].test(value)) out.push(`${where} is no ${s.format}: ${value}`);
  for (const part of s.allOf ?? []) out.push(...problems(doc, part, value, where).filter((p) => !p.endsWith('is not described')));
  if (type === 'array' && s.items) value.forEach((v, i) => out.push(...problems(doc, s.items, v, `${where}[${i}]`)));
  if (type === 'object' && (s.properties || s.allOf)) {
    const all = known(doc, s);
    for (const name of s.required ?? []) if (!(name in value)) out.push(`${where}.${name} is missing`);
    for (const [name, v] of Object.entries(value))
      if (s.properties?.[name]) out.push(...problems(doc, s.properties[name], v, `${where}.${name}`));
      else if (all && !all.has(name)) out.push(`${where}.${name} is not described`);
  }
  return out;
}

// What is wrong with an answer of `METHOD /path/{id}`; [] when it is as described.
export function answerProblems(doc, method, path, status, body) {
  const op = doc.paths[path]?.[method.toLowerCase()];
  const response = follow(doc, op?.responses?.[status]);

  if (!op) return [`${method} ${path} is not described`];
  if (!response) return [`${method} ${path}: answer ${status} (${body?.code ?? ''}) is not described`];
  return problems(doc, response.content['application/json'].schema, body).map((p) => `${method} ${path} ${status}: ${p}`);
}
