package io.apiaccess.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.casbin.jcasbin.main.Enforcer;
import org.casbin.jcasbin.model.Model;

/** jCasbin: a subject found by the text of a key in a map, and whether it may have the path of a collection. */
final class CasbinEnforcer implements Peer {
    private final Enforcer enforcer;
    private final Map<String, String> subjects = new ConcurrentHashMap<>();

    private CasbinEnforcer(Model model) {
        enforcer = new Enforcer(model);
        enforcer.enableLog(false);
    }

    /** Returns one with a rule for each subject and collection, as access lists are written. */
    static CasbinEnforcer rules(String[] keys) {
        CasbinEnforcer casbin = new CasbinEnforcer(model("r.sub == p.sub"));
        List<List<String>> rules = new ArrayList<>();
        for (int i = 0; i < keys.length; i++) {
            casbin.subjects.put(keys[i], "profile" + i);
            for (int j = 0; j < Load.GRANTED; j++) {
                rules.add(List.of("profile" + i, pathsOf((i + j) % Load.COLLECTIONS), "GET"));
            }
        }
        casbin.enforcer.addPolicies(rules);
        return casbin;
    }

    /** Returns one with a role for each collection, and the roles of each subject: a rule less for each of them. */
    static CasbinEnforcer roles(String[] keys) {
        CasbinEnforcer casbin = new CasbinEnforcer(model("g(r.sub, p.sub)"));
        List<List<String>> roles = new ArrayList<>();
        for (int i = 0; i < keys.length; i++) {
            casbin.subjects.put(keys[i], "profile" + i);
            for (int j = 0; j < Load.GRANTED; j++) {
                roles.add(List.of("profile" + i, "api" + (i + j) % Load.COLLECTIONS));
            }
        }
        casbin.enforcer.addGroupingPolicies(roles);
        for (int i = 0; i < Load.COLLECTIONS; i++) {
            casbin.enforcer.addPolicy("api" + i, pathsOf(i), "GET");
        }
        return casbin;
    }

    @Override
    public boolean allows(Call call) {
        String subject = subjects.get(call.key());
        return subject != null && enforcer.enforce(subject, call.path(), "GET");
    }

    private static String pathsOf(int collection) {
        return "/api" + collection + "/v1/*";
    }

    private static Model model(String whose) {
        Model model = new Model();
        model.addDef("r", "r", "sub, obj, act");
        model.addDef("p", "p", "sub, obj, act");
        model.addDef("g", "g", "_, _");
        model.addDef("e", "e", "some(where (p.eft == allow))");
        model.addDef("m", "m", whose + " && r.act == p.act && keyMatch(r.obj, p.obj)");
        return model;
    }
}
